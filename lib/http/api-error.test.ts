import { describe, expect, it } from "vitest";
import { toApiError } from "./api-error.ts";

describe("toApiError", () => {
  it("prefers the base reason to the fixed phrase of the kind", () => {
    const error = toApiError(400, {
      message: "Bad request",
      errors: [{ name: "base", reason: "policy query cannot be empty" }],
      uuid: "id-1",
    });
    expect(error).toMatchObject({
      message: "policy query cannot be empty",
      fields: {},
      requestId: "id-1",
    });
  });

  it("keeps reasons of fields apart, for the form", () => {
    const errors = [{ name: "email", reason: "is taken" }];
    const error = toApiError(422, { message: "Validation Failed", errors });
    expect(error.fields).toEqual({ email: "is taken" });
  });

  it("has a sentence for no answer, no permission and an answer that is not ours", () => {
    expect(toApiError(0, null).message).toContain("cannot be reached");
    expect(toApiError(403, { message: "Permission Denied", errors: null }).message).toContain(
      "permission",
    );
    expect(toApiError(502, "<html>").message).toBe("Something went wrong on the server.");
  });
});
