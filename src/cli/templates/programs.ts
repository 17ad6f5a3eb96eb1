const header = (app: string): string => `import { configure } from "dorm";
import config from "./dorm.config.ts";
import { Author, Post } from "./${app}/models.ts";

configure(config);
`;

/** A script that writes and reads. */
export function plainProgram(app: string): string {
  return `${header(app).replace("{ configure }", "{ closeAll, configure }")}
const [author] = await Author.objects.getOrCreate({ email: "ada@example.com" }, { defaults: { name: "Ada" } });
await Post.objects.create({ title: "Hello", author });

for (const post of await Post.objects.selectRelated("author").limit(5)) {
  console.log(\`\${post.title}, by \${post.author.name}\`);
}
await closeAll();
`;
}

/** A server of Fastify. */
export function fastifyServer(app: string): string {
  return `${header(app).replace("import config", 'import Fastify from "fastify";\nimport config')}
const app = Fastify({ logger: true });

app.get("/posts", async () => {
  const posts = await Post.objects.selectRelated("author").limit(20);
  return posts.map((post) => post.toJSON({ relations: true }));
});

app.post<{ Body: { title: string; email: string; name: string } }>("/posts", async (request, reply) => {
  const { title, email, name } = request.body;
  const [author] = await Author.objects.getOrCreate({ email }, { defaults: { name } });
  const post = await Post.objects.create({ title, author });
  return reply.code(201).send(post);
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
`;
}

/** A server of Hono. */
export function honoServer(app: string): string {
  return `${header(app).replace('import { configure } from "dorm";', 'import { serve } from "@hono/node-server";\nimport { configure } from "dorm";\nimport { Hono } from "hono";')}
const app = new Hono();

app.get("/posts", async (context) => {
  const posts = await Post.objects.selectRelated("author").limit(20);
  return context.json(posts.map((post) => post.toJSON({ relations: true })));
});

app.post("/posts", async (context) => {
  const { title, email, name } = await context.req.json<{ title: string; email: string; name: string }>();
  const [author] = await Author.objects.getOrCreate({ email }, { defaults: { name } });
  const post = await Post.objects.create({ title, author });
  return context.json(post.toJSON(), 201);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => console.log(\`Listening on http://localhost:\${port}\`));
`;
}
