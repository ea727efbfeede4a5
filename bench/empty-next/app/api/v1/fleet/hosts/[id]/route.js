/** What any handler of Next costs. JavaScript, because Next would set up TypeScript here. */
export const GET = () => new Response("{}");
