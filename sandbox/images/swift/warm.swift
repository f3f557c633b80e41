// Imports what programs import, so that the compiler's cache of the C headers below them is filled.
import Dispatch
import Foundation
import Glibc
import Synchronization

let done = DispatchSemaphore(value: 0)
DispatchQueue.global().async { done.signal() }
done.wait()
precondition(String(format: "%.1f", sqrt(4.0)) == "2.0")
