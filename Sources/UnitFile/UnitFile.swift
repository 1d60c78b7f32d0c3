// UnitFile
