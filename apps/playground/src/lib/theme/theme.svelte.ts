export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** The key is also read by the inline script in app.html, which sets the theme before the first paint. */
const storageKey = "steepest.theme";

class Theme {
  choice: ThemeChoice = $state("system");

  /** Reads the saved choice; call once in the browser. */
  load(): void {
    const attribute = document.documentElement.dataset["theme"];
    this.choice = attribute === "light" || attribute === "dark" ? attribute : "system";
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = choice;
    try {
      if (choice === "system") localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, choice);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

export const theme: Theme = new Theme();
