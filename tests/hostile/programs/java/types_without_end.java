// Types whose comparison never ends.
// expect: Rejected
interface Z {}
interface N<X> {}
interface L<X> {}
interface Qlr<X> {}
class C<X> implements N<N<? super C<C<X>>>> {}

public class Main {
    static N<? super C<Byte>> cast(C<Byte> c) {
        return c;
    }

    public static void main(String[] args) {}
}
