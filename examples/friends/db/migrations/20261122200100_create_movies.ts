import { migration } from "ectype/migration";

export default migration({
  change(m) {
    m.createTable("movies", (t) => {
      t.add("title", "string");
      t.add("tagline", "string");
    });
  },
});
