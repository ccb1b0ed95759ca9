import { migration, references } from "ectype/migration";

export default migration({
  change(m) {
    m.createTable("movies_actors", (t) => {
      t.add("movie_id", references("movies"));
      t.add("actor_id", references("actors"));
    });
    m.createUniqueIndex("movies_actors", ["movie_id", "actor_id"]);
  },
});
