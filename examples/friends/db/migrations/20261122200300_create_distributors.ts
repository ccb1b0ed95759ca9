import { migration, references } from "ectype/migration";

export default migration({
  change(m) {
    m.createTable("distributors", (t) => {
      t.add("name", "string");
      t.add("movie_id", references("movies"));
    });
    m.createUniqueIndex("distributors", ["movie_id"]);
  },
});
