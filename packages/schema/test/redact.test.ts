import { describe, expect, test } from "vitest";
import { redact, urlForDisplay } from "../src/light.ts";

describe("redact", () => {
  test.each([
    ["postgres://ops:c4n4ry@db.example/tenure", "postgres://ops:***@db.example/tenure"],
    ["postgres://ops:c4n4ry@with@signs@db/tenure", "postgres://ops:***@db/tenure"],
    ["postgres://ops:c4/n4?r#y@db/tenure is away", "postgres://ops:***@db/tenure is away"],
    ['{"store":"postgres://ops:c4n4ry@db/x","by":"a@b"}', '{"store":"postgres://ops:***@db/x","by":"a@b"}'],
    ["postgres://:c4n4ry@db/tenure", "postgres://:***@db/tenure"],
    ["redis://:c4n4ry@[::1]:6379/0, nats://a:c4n4ry@b", "redis://:***@[::1]:6379/0, nats://a:***@b"],
    ["postgres://db/x?user=a&password=c4n4ry&sslmode=require", "postgres://db/x?user=a&password=***&sslmode=require"],
    ["postgres://db/x?sslpassword=c4n4ry&auth_token=c4n4ry", "postgres://db/x?sslpassword=***&auth_token=***"],
    ["redis://db?pass=c4n4ry&auth=c4n4ry", "redis://db?pass=***&auth=***"],
    ["host=db password = c4n4ry", "host=db password = ***"],
    ["host=db password='c4n4ry \\' c4n4ry' dbname=x", "host=db password=*** dbname=x"],
  ])("takes the secret out of %s", (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  test.each(["postgres://ops@db.example:5432/tenure", "http://[::1]:80/a@b", "no URL at all: a@b"])(
    "leaves %s as it is",
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

describe("urlForDisplay", () => {
  test.each([
    ["postgres://ops:c4n4ry@db.example:5432/tenure?pass=c4n4ry#c4n4ry", "postgres://db.example:5432/tenure"],
    ["nats://c4n4ry@[::1]:4222", "nats://[::1]:4222"],
    ['redis://ops:c4"n 4ry@db', "redis://db"],
    ["nats//host", '"nats//host"'],
    ["nats://", '"nats://"'],
  ])("shows of %s scheme, host and path", (text, shown) => {
    expect(urlForDisplay(text)).toBe(shown);
  });

  test.each([
    "ops:c4n4ry@db/x",
    ":c4n4ry@db",
    "redis:/ops:c4n4ry@db",
    "nats:c4n4ry",
    "host=db password = c4n4ry",
    "#c4n4ry",
    "redis://ops:12?c4n4ry@db:6379",
    "nats://ops:7/c4n4ry@db",
    "etcd://ops:12#c4n4ry@db",
  ])("shows nothing of %s", (text) => {
    expect(urlForDisplay(text)).toBe("the URL given (not shown: it may hold a password)");
  });
});
