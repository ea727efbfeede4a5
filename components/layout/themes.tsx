import { Monitor, Moon, Sun } from "lucide-react";

export const THEMES = [
  { value: "system", label: "Like the system", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const;
