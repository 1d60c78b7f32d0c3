// Tests of UnitFile.
