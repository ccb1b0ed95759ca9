/** A migration file; `body` is what its `change` does. */
export function migrationTemplate(body: string): string {
  const lines = body.split("\n").map((line) => (line === "" ? "" : `    ${line}`));
  const imports = /\breferences\(/.test(body) ? "migration, references" : "migration";
  return `import { ${imports} } from "ectype/migration";

export default migration({
  change(m) {
${lines.join("\n")}
  },
});
`;
}

export const EMPTY_CHANGE = `// m.createTable("movies", (t) => {
//   t.add("title", "string");
//   t.timestamps();
// });`;
