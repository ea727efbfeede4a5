"use client";

import { Download } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

interface DownloadButtonProps {
  fileName: string;
  text: string;
  label: string;
}

/** Saves a text as a file. */
export function DownloadButton({ fileName, text, label }: DownloadButtonProps) {
  function download() {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
  }
  return (
    <Button size="sm" onClick={download}>
      <Download aria-hidden />
      {label}
    </Button>
  );
}
