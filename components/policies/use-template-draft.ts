"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import { templatesOptions } from "#lib/templates/client.ts";
import type { TemplateJson } from "#lib/templates/schema.ts";
import { NEW_POLICY, type PolicyFormValues } from "./policy-form-schema.ts";

/** Of a template, all that a new policy has. */
function draftOf(template: TemplateJson): PolicyFormValues {
  const kept = Object.entries(template).filter(([key]) => key in NEW_POLICY);
  return { ...NEW_POLICY, ...Object.fromEntries(kept) };
}

/** What a form begins with: the template that the URL names as `template`. And how to name another. */
export function useTemplateDraft() {
  const [id, setId] = useQueryState("template", parseAsString);
  const { data } = useQuery({ ...templatesOptions, enabled: id !== null });
  const named = useMemo(() => {
    const template = data?.templates.find((one) => one.id === id);
    return template && draftOf(template);
  }, [data, id]);
  // A new object each time: after "Discard" the same template may be chosen again.
  const [chosen, setChosen] = useState<PolicyFormValues>();
  function setTemplate(template: TemplateJson) {
    setChosen(draftOf(template));
    void setId(template.id, { history: "replace" });
  }
  return [chosen ?? named, setTemplate] as const;
}
