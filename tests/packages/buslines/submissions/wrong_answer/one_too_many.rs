// The right lines and one after them.
use std::io::{read_to_string, stdin};

fn main() {
    let text = read_to_string(stdin()).unwrap();
    let given: Vec<usize> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (stations, lines) = (given[0], given[1]);
    if lines + 1 < stations || lines + 3 > 2 * stations {
        println!("-1");
        return;
    }
    for number in 1..=lines {
        if number < stations {
            println!("1 {}", number + 1);
        } else {
            println!("{} {stations}", number - stations + 2);
        }
    }
    println!("1 {stations}");
}
