import java.util.Scanner;

/** The second half is not written yet. */
public class Main {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);
        if (input.next().equals("decrypt")) {
            throw new UnsupportedOperationException("decrypt");
        }
        int count = input.nextInt();
        StringBuilder output = new StringBuilder();
        for (int number = 0; number < count; number++) {
            for (char letter : input.next().toCharArray()) {
                output.append((char) ('a' + (letter - 'a' + 5) % 26));
            }
            output.append('\n');
        }
        System.out.print(output);
    }
}
