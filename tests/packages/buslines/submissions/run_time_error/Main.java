import java.util.Scanner;

/** It reserves a place for each pair as if there were never more lines than stations. */
public class Main {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);
        int stations = input.nextInt();
        int lines = input.nextInt();
        if (lines < stations - 1 || lines > 2 * stations - 3) {
            System.out.println(-1);
            return;
        }
        int[] ends = new int[stations];
        for (int line = 0; line < lines; line++) {
            ends[line] = line < stations - 1 ? line + 2 : line - stations + 3;
        }
        for (int line = 0; line < lines; line++) {
            System.out.println((line < stations - 1 ? 1 : stations) + " " + ends[line]);
        }
    }
}
