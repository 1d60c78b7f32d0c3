// Tests of Facts.
