//! The differences of neighbouring bits are a word of a shortened BCH code of 114 bits that corrects two errors.
use std::collections::HashMap;
use std::io::{read_to_string, stdin};

const CHECKS: usize = 14;
const LENGTH: usize = 114;

struct Code {
    remainders: Vec<u32>,
    errors: HashMap<u32, Vec<usize>>,
}

impl Code {
    fn new() -> Self {
        let mut remainders = vec![1u32];
        while remainders.len() < LENGTH {
            let shifted = remainders[remainders.len() - 1] << 1;
            remainders.push(if shifted >> CHECKS == 1 { shifted ^ 0x4377 } else { shifted });
        }
        let mut errors = HashMap::from([(0, vec![])]);
        for one in 0..LENGTH {
            errors.insert(remainders[one], vec![one]);
            for other in 0..one {
                errors.insert(remainders[one] ^ remainders[other], vec![one, other]);
            }
        }
        Code { remainders, errors }
    }

    fn syndrome(&self, differences: &[u8]) -> u32 {
        differences.iter().zip(&self.remainders).filter(|(bit, _)| **bit == 1).fold(0, |sum, (_, one)| sum ^ one)
    }

    fn encode(&self, message: &[u8]) -> Vec<u8> {
        let mut differences = vec![0; CHECKS];
        differences.extend(message);
        let checks = self.syndrome(&differences);
        for place in 0..CHECKS {
            differences[place] = (checks >> place & 1) as u8;
        }
        differences.iter().scan(0, |last, bit| { *last ^= bit; Some(*last) }).collect()
    }

    fn decode(&self, arrived: &[u8]) -> Vec<u8> {
        let mut last = 0;
        let mut differences: Vec<u8> = arrived.iter().map(|bit| { let change = bit ^ last; last = *bit; change }).collect();
        for place in &self.errors[&self.syndrome(&differences)] {
            differences[*place] ^= 1;
        }
        differences.split_off(CHECKS)
    }
}

fn text(bits: &[u8]) -> String {
    bits.iter().map(|bit| char::from(b'0' + bit)).collect()
}

fn main() {
    let given: Vec<u64> = read_to_string(stdin()).unwrap().split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (length, kind) = (given[0], given[2]);
    let mut state = 1000 * kind + given[3] + 1;
    let mut draw = move |bound: usize| { state = state * 16807 % 2147483647; state as usize % bound };
    let code = Code::new();
    for _ in 0..50 {
        let message: Vec<u8> = (0..length).map(|_| (draw(2147483647) / 32768 % 2) as u8).collect();
        let encoded = code.encode(&message);
        let size = encoded.len();
        let evens = (size + 1) / 2;
        let (one, other) = match kind {
            0 => (draw(size), draw(size)),
            1 => { let only = draw(size); (only, only) }
            2 => (2 * draw(evens), 2 * draw(evens)),
            _ => { let left = 2 * draw(evens); (left, left + draw(size - left)) }
        };
        let mut arrived = encoded.clone();
        arrived[one.min(other)..=one.max(other)].iter_mut().for_each(|bit| *bit ^= 1);
        println!("{} {} {} {}", text(&message), text(&encoded), text(&arrived), text(&code.decode(&arrived)));
    }
}
