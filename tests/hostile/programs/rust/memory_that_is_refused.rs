// Asks for more than there can be.
// expect: MemoryExceeded or Signalled 6
fn main() {
    let held: Vec<u8> = std::hint::black_box(vec![1; 1 << 46]);
    println!("{}", held.len());
}
