// What is used of `jsonld`, which brings no types.

declare module "jsonld" {
  interface CanonizeOptions {
    algorithm: "RDFC-1.0";
    format: "application/n-quads";
    documentLoader: (address: string) => Promise<{ contextUrl: null; documentUrl: string; document: object }>;
    canonizeOptions: { createMessageDigest: () => { update(more: string): void; digest(): string } };
  }
  const jsonld: { canonize(document: object, options: CanonizeOptions): Promise<string> };
  export default jsonld;
}
