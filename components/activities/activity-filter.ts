import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { TOPICS } from "./sentences.ts";

export const TOPIC_NAMES = ["all", ...Object.keys(TOPICS)];
const PER_PAGE = 50;

/** The filter as the URL holds it. A change of it starts at the first page again. */
export function useActivityFilter() {
  const [state, setState] = useQueryStates({
    query: parseAsString.withDefault(""),
    topic: parseAsStringLiteral(TOPIC_NAMES).withDefault("all"),
    page: parseAsInteger.withDefault(0),
  });
  const filter = {
    query: state.query,
    activity_type: TOPICS[state.topic]?.types.join(","),
    page: state.page,
    per_page: PER_PAGE,
  };
  const change = (part: { query?: string; topic?: string }) =>
    setState({ ...part, page: null }, { history: "push" });
  const clear = () => setState(null, { history: "push" });
  return {
    ...state,
    filter,
    isNarrowed: state.query !== "" || state.topic !== "all",
    change,
    clear,
    setPage: (page: number) => setState({ page: page || null }, { history: "push" }),
  };
}
