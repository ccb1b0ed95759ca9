import { migration, references } from "ectype/migration";

export default migration({
  change(m) {
    m.createTable("characters", (t) => {
      t.add("name", "string");
      t.add("movie_id", references("movies"));
    });
  },
});
