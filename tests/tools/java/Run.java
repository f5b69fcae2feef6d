// Runs migrations as Flyway and Liquibase do, with their own code: prints how many were applied, or says what failed.
//
//   java -cp LIB Run.java TOOL up|down DIR HOST PORT DATABASE [NAME=VALUE ...]
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;

public class Run {
    public static void main(String[] args) throws Exception {
        String url = "jdbc:mysql://" + args[3] + ":" + args[4] + "/" + args[5] + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
        try {
            System.out.println(args[0].equals("flyway") ? flyway(args, url) : liquibase(args, url));
        } catch (Exception e) {
            System.out.println(0);
            e.printStackTrace();
            System.exit(1);
        }
    }

    static int flyway(String[] args, String url) {
        Map<String, String> placeholders = new HashMap<>();
        for (int i = 6; i < args.length; i++) {
            placeholders.put(args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
        }
        Flyway flyway = Flyway.configure()
            .dataSource(url, "root", "")
            .locations("filesystem:" + args[2])
            .placeholders(placeholders)
            .load();
        int done = flyway.migrate().migrationsExecuted;
        flyway.validate();
        return done;
    }

    static int liquibase(String[] args, String url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url, "root", "")) {
            Path log = Path.of(args[2]);
            var database = liquibase.database.DatabaseFactory.getInstance()
                .findCorrectDatabaseImplementation(new liquibase.database.jvm.JdbcConnection(connection));
            var resources = new liquibase.resource.DirectoryResourceAccessor(log.getParent().toFile());
            var liquibase = new liquibase.Liquibase(log.getFileName().toString(), resources, database);
            int before = liquibase.listUnrunChangeSets(null, null).size();
            if (args[1].equals("up")) {
                liquibase.update("");
                return before - liquibase.listUnrunChangeSets(null, null).size();
            }
            liquibase.rollback(100, "");
            return liquibase.listUnrunChangeSets(null, null).size() - before;
        }
    }
}
