import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner answers = new Scanner(System.in);
        int low = 1;
        int high = 1000;
        while (true) {
            int guess = (low + high) / 2;
            System.out.println(guess);
            switch (answers.next()) {
                case "lower" -> high = guess - 1;
                case "higher" -> low = guess + 1;
                default -> {
                    return;
                }
            }
        }
    }
}
