// It counts the size of every amount: right where none is negative.
use std::io::{read_to_string, stdin};

fn main() {
    let text = read_to_string(stdin()).unwrap();
    let total: i64 = text.split_whitespace().skip(2).step_by(2).map(|word| word.parse::<i64>().unwrap().abs()).sum();
    println!("{}", if total > 0 { "Usch, vinst" } else { "Lagom" });
}
