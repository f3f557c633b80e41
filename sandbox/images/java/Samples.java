import java.io.*;
import java.util.*;
import java.util.function.*;
import java.util.stream.*;

/** A program with something of everything, for the compiler to read while its archive is made. It is never started. */
public class Samples {
    enum Colour { RED, GREEN { @Override String shown() { return "G"; } }; String shown() { return name(); } }

    record Edge(int to, long weight) implements Comparable<Edge> {
        Edge {
            if (to < 0) throw new IllegalArgumentException("to: " + to);
        }

        @Override
        public int compareTo(Edge other) {
            return Long.compare(weight, other.weight);
        }
    }

    sealed interface Tree<T extends Comparable<T>> permits Leaf, Node {}

    record Leaf<T extends Comparable<T>>(T value) implements Tree<T> {}

    record Node<T extends Comparable<T>>(Tree<T> left, Tree<T> right) implements Tree<T> {}

    static <T extends Comparable<T>> T largest(Tree<T> tree) {
        return switch (tree) {
            case Leaf<T>(T value) -> value;
            case Node<T>(var left, var right) -> {
                T a = largest(left), b = largest(right);
                yield a.compareTo(b) > 0 ? a : b;
            }
        };
    }

    abstract static class Counter {
        private int count;
        protected abstract int step();
        synchronized int next() { return count += step(); }
    }

    static long[] dijkstra(List<List<Edge>> graph, int from) {
        long[] distance = new long[graph.size()];
        Arrays.fill(distance, Long.MAX_VALUE);
        distance[from] = 0;
        PriorityQueue<Edge> queue = new PriorityQueue<>();
        queue.add(new Edge(from, 0));
        outer:
        while (!queue.isEmpty()) {
            Edge at = queue.poll();
            if (at.weight() > distance[at.to()]) continue outer;
            for (Edge edge : graph.get(at.to())) {
                long through = at.weight() + edge.weight();
                if (through < distance[edge.to()]) queue.add(new Edge(edge.to(), distance[edge.to()] = through));
            }
        }
        return distance;
    }

    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in));
        Map<String, List<Integer>> places = new TreeMap<>();
        String line;
        for (int row = 0; (line = in.readLine()) != null; row++)
            for (String word : line.split("\\s+")) places.computeIfAbsent(word, key -> new ArrayList<>()).add(row);
        Function<Integer, Integer> twice = n -> n * 2;
        Supplier<List<String>> made = ArrayList::new;
        BiFunction<Integer, Integer, Integer> sum = Integer::sum;
        String text = """
            %d words
            """.formatted(places.size());
        System.out.print(text + made.get() + sum.apply(1, twice.apply(2)));
        try (var scanner = new Scanner("1 2")) {
            while (scanner.hasNextInt()) System.out.println(scanner.nextInt() >>> 1);
        } catch (IllegalStateException | NullPointerException error) {
            throw new RuntimeException(error);
        } finally {
            System.out.flush();
        }
        Object thing = places;
        if (thing instanceof Map<?, ?> map && !map.isEmpty()) System.out.println(map.size());
        System.out.println(places.entrySet().stream().filter(each -> each.getValue().size() > 1)
            .sorted(Comparator.comparing((Map.Entry<String, List<Integer>> each) -> each.getValue().size()).reversed())
            .map(each -> each.getKey() + "=" + each.getValue()).collect(Collectors.joining(", ")));
        System.out.println(IntStream.range(0, 10).mapToObj(n -> new Leaf<>(n)).mapToInt(Samples::<Integer>largest).sum());
        int[][] grid = new int[3][4];
        for (int[] cells : grid) Arrays.setAll(cells, i -> i % 2 == 0 ? ~i : i << 2);
        var counter = new Counter() { @Override protected int step() { return 3; } };
        do grid[0][0] ^= counter.next(); while (grid[0][0] < 10);
        switch (Colour.valueOf("RED")) {
            case RED: System.out.println(Colour.GREEN.shown()); break;
            default: assert false : "never";
        }
        System.out.printf("%s %d%n", Arrays.toString(dijkstra(List.of(List.of(new Edge(0, 1))), 0)), (char) 65 + 1L);
    }
}
