import Glibc

// `Tests/sanitize thread --planted`: two threads change one number, and neither waits.
let number = UnsafeMutablePointer<Int>.allocate(capacity: 1)
number.initialize(to: 0)
var threads = [pthread_t](repeating: 0, count: 2)
for index in threads.indices {
    pthread_create(
        &threads[index], nil,
        { _ in
            for _ in 0..<10_000 { number.pointee += 1 }
            return nil
        }, nil)
}
for thread in threads { pthread_join(thread, nil) }
print(number.pointee)
