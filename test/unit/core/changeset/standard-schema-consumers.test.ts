import { sValidator } from "@hono/standard-validator";
import { initTRPC, TRPCError } from "@trpc/server";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type Built, cast, embeddedSchema, embedsMany, field, type Params, schema, toStandardSchema } from "ectype";

class Line extends embeddedSchema({ sku: field.string(), count: field.integer() }) {
  static changeset<L extends Line | Built<Line>>(line: L, params: Params) {
    return cast(line, params, ["sku", "count"]).validateRequired("sku").validateNumber("count", { greaterThan: 0 });
  }
}
class Order extends schema("orders", { email: field.string({ null: false }), due: field.date(), lines: embedsMany(() => Line) }) {
  static changeset<O extends Order | Built<Order>>(order: O, params: Params) {
    return cast(order, params, ["email", "due"]).validateRequired("email").validateFormat("email", /@/).castEmbed("lines");
  }
}
const good = { email: "a@b", due: "2026-11-22", lines: [{ sku: "x", count: "2" }], unknown: 1 };
const bad = { email: "nobody", lines: [{ sku: "x", count: "1" }, { count: "0" }] };

describe("Hono takes a schema as its validator", () => {
  const app = new Hono()
    .post("/orders", sValidator("json", toStandardSchema(Order)), (c) => {
      const order = c.req.valid("json");
      return c.json({ email: order.email, count: order.lines[0]?.count, made: order instanceof Order });
    })
    .post(
      "/form",
      sValidator(
        "form",
        toStandardSchema((params) => Order.changeset(Order.build(), params)),
      ),
      (c) => c.json(c.req.valid("form").due),
    );
  const post = (path: string, body: RequestInit) => app.request(path, { method: "POST", ...body });
  const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { "content-type": "application/json" } });

  it("and its handler gets the cast struct", async () => {
    const response = await post("/orders", json(good));
    expect([response.status, await response.json()]).toEqual([200, { email: "a@b", count: 2, made: true }]);
  });
  it("and answers 400 with the issues and their paths", async () => {
    const response = await post("/orders", json(bad));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      success: false,
      error: [
        { message: "has invalid format", path: ["email"] },
        { message: "must be greater than 0", path: ["lines", 1, "count"] },
        { message: "can't be blank", path: ["lines", 1, "sku"] },
      ],
    });
  });
  it("also for a form", async () => {
    const response = await post("/form", { body: new URLSearchParams({ email: "a@b", due: "2026-11-22" }) });
    expect([response.status, await response.json()]).toEqual([200, "2026-11-22"]);
  });
});

describe("tRPC takes a schema as the input of a procedure", () => {
  const t = initTRPC.create();
  const caller = t.createCallerFactory(
    t.router({
      order: t.procedure.input(toStandardSchema(Order)).mutation(({ input }) => ({ email: input.email, count: input.lines[0]?.count })),
    }),
  )({});

  it("and its resolver gets the cast struct", async () => {
    expect(await caller.order(good as never)).toEqual({ email: "a@b", count: 2 });
  });
  it("and a bad input is a BAD_REQUEST that holds the issues", async () => {
    const error = await caller.order(bad as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TRPCError);
    expect(error).toMatchObject({
      code: "BAD_REQUEST",
      cause: { issues: expect.arrayContaining([{ message: "can't be blank", path: ["lines", 1, "sku"] }]) },
    });
  });
});
