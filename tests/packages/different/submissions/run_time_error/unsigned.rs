// Subtracting from the smaller one: `checked_sub` has nothing to unwrap.
use std::io::{read_to_string, stdin};

fn main() {
    for line in read_to_string(stdin()).unwrap().lines() {
        let numbers: Vec<u64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
        println!("{}", numbers[0].checked_sub(numbers[1]).unwrap());
    }
}
