import { didYouMean, kindOf, QueryError } from "../base/index.ts";
import type { EmbedInfo } from "../schema/index.ts";
import { jsonPartType, types } from "../type/index.ts";
import { Expression } from "./expression.ts";
import type { Node } from "./node.ts";

type Step = string | number | Node;

/** A value inside a JSON column. @throws QueryError for a step that is none, or one that an embedded schema does not have */
export function jsonNode(arg: Node, steps: readonly unknown[], asText: boolean): Node {
  if (steps.length === 0) throw new QueryError("a path into JSON takes at least one step: a name or an index");
  const path = inEmbeds(arg, steps.map(stepOf));
  return { kind: "json", arg, path, asText, type: asText ? types.string() : jsonPartType };
}

function stepOf(step: unknown): Step {
  if (typeof step === "string" || (typeof step === "number" && Number.isSafeInteger(step))) return step;
  if (step instanceof Expression) return step.node;
  throw new QueryError(
    `a path into JSON is made of names, whole numbers and expressions, not ${typeof step === "number" ? step : kindOf(step)}`,
  );
}

/** Through embeds a path is made of fields, which JSON has under their column names. */
function inEmbeds(arg: Node, steps: readonly Step[]): readonly Step[] {
  let embed = arg.kind === "column" && "info" in arg.of && arg.of.info ? arg.of.info.embed(arg.field) : undefined;
  let many = embed?.cardinality === "many";
  return steps.map((step): Step => {
    if (!embed) return step;
    if (many) {
      if (typeof step === "string") throw new QueryError(`embed "${embed.name}" is a list: name an entry by its index before "${step}"`);
      many = false;
      return step;
    }
    if (typeof step !== "string") throw new QueryError(`embed "${embed.name}" is no list: name a field of ${embed.related.name}`);
    const column = fieldColumn(embed, step);
    embed = embed.related.embed(step);
    many = embed?.cardinality === "many";
    return column;
  });
}

function fieldColumn(embed: EmbedInfo, name: string): string {
  const { related } = embed;
  const field = related.field(name);
  if (field && !field.virtual) return field.column;
  throw new QueryError(`embed "${embed.name}": ${related.name} has no field "${name}" in JSON. ${didYouMean(name, [...related.fields])}`);
}
