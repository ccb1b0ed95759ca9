export { deleteOne, insertOne, insertOrUpdateOne, updateOne } from "./write.ts";
