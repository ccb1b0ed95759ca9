import { migration } from "ectype/migration";

export default migration({
  change(m) {
    m.createTable("actors", (t) => {
      t.add("name", "string");
    });
  },
});
