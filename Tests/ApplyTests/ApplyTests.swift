// Tests of Apply.
