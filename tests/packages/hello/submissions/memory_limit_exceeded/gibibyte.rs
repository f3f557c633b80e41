// The package allows 512 MiB.
fn main() {
    let mut held: Vec<Vec<u8>> = Vec::new();
    for number in 0..1024u32 {
        held.push(vec![number as u8 | 1; 1 << 20]);
    }
    println!("Hello World! {}", held.iter().map(|part| part[7] as u32).sum::<u32>());
}
