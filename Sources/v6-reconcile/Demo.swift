struct Demo { func run() throws(CommandError) -> Int32 { 0 } }
