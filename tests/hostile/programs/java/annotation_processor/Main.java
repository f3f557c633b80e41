// Brings a processor of annotations along, which a compiler would run, if it is told or finds its name.
// expect: Exited 0
// says: compiled only
// limits: cpu_time_ms=4000
@Marked
public class Main {
    public static void main(String[] args) {
        System.out.println("compiled only");
    }
}

@interface Marked {}
