import type { PlannedExpr } from "../core/plan/index.ts";

/** Whether an expression's text holds together beside any operator, so that it needs no parentheses. */
export function isAtomic(expr: PlannedExpr): boolean {
  switch (expr.kind) {
    case "op":
    case "not":
    case "negate":
    case "isNull":
    case "between":
    case "in":
      return false;
    case "literal":
    case "constant":
      return typeof expr.value !== "number" || expr.value >= 0;
    case "fragment":
      return isOneCall(expr.parts);
    case "column":
    case "binding":
    case "param":
    case "call":
    case "identifier":
    case "splice":
    case "cast":
    case "case":
    case "tuple":
    case "json":
    case "dateAdd":
    case "now":
    case "subquery":
    case "exists":
    case "rows":
    case "quantified":
    case "alias":
      return true;
  }
}

/** Whether a fragment's text is a name, or one call of a function such as `lower(…)`; quotes and comments count as anything else. */
function isOneCall(parts: readonly (string | PlannedExpr)[]): boolean {
  let depth = 0;
  let closed = false;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    if (typeof part !== "string") {
      if (depth === 0 && parts.length > 1 && !parts.every((one, i) => i === at || one === "")) return false;
      if (part.kind === "fragment") return parts.length === 1 && isOneCall(part.parts);
      continue;
    }
    for (let i = 0; i < part.length; i++) {
      const char = part[i]!;
      if (closed || char === "'" || char === '"' || char === "-" || char === "/") return false;
      if (char === "(") depth++;
      else if (char === ")") closed = --depth <= 0;
      else if (depth === 0 && !isWord(char)) return false;
    }
  }
  return depth === 0;
}

function isWord(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || (char >= "0" && char <= "9") || char === "_" || char === ".";
}
