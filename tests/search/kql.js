// Kibana's own KQL library: queries and fields in on stdin, query DSL (or the parser's complaint) out on stdout.
const library = require(process.argv[2] + "/node_modules/@cybernetex/kbn-es-query");

const config = { allowLeadingWildcards: true, queryStringOptions: { analyze_wildcard: true }, ignoreFilterIfFieldNotInIndex: false };
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const view = { title: "logs", fields: asked.fields };

const answers = asked.queries.map((texts) => {
  try {
    const queries = texts.map((query) => ({ query, language: "kuery" }));
    return { query: library.buildEsQuery(view, queries, [], config) };
  } catch (error) {
    return { error: String(error.message) };
  }
});
process.stdout.write(JSON.stringify(answers));
