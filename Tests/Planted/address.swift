// `Tests/sanitize address --planted`: reads memory that was given back.
let bytes = UnsafeMutablePointer<Int>.allocate(capacity: 8)
bytes.initialize(repeating: 6, count: 8)
bytes.deallocate()
print(bytes[CommandLine.arguments.count])
