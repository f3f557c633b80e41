import java.util.Scanner;

/** It refuses expenses: right where there are none, a crash where there are. */
public class Main {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);
        int count = input.nextInt();
        long total = 0;
        for (int item = 0; item < count; item++) {
            input.next();
            int amount = input.nextInt();
            if (amount < 0) {
                throw new IllegalStateException("an expense");
            }
            total += amount;
        }
        System.out.println(total > 0 ? "Usch, vinst" : "Lagom");
    }
}
