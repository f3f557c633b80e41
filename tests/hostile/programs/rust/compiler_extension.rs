// Calls itself a procedural macro, which a compiler would load.
// expect: Rejected
#![crate_type = "proc-macro"]
extern crate proc_macro;

#[proc_macro]
pub fn run(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    std::process::exit(9)
}
