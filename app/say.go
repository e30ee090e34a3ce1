package app

import "docket/app/language"

// say says a sentence in the language of the window. Its values have names:
// say("{who} took this", "who", name).
func say(sentence string, pairs ...any) string { return language.Say(sentence, pairs...) }
