/// <reference types="vite/client" />
/// <reference types="svelte" />

interface ImportMetaEnv {
  /** Set in the build that plays the story in real windows. */
  readonly VITE_STORY?: string;
}
