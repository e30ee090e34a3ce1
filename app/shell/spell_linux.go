//go:build linux && (dev || production)

package shell

/*
#cgo pkg-config: gtk+-3.0
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gtk/gtk.h>

// WebKitGTK is in the process already, in the version Wails was built for, so
// its functions are found there by their names.
static gboolean docket_spell(gpointer p) {
	void *(*context)(void) = (void *(*)(void))dlsym(RTLD_DEFAULT, "webkit_web_context_get_default");
	void (*languages)(void *, const gchar *const *) = (void (*)(void *, const gchar *const *))dlsym(RTLD_DEFAULT, "webkit_web_context_set_spell_checking_languages");
	void (*enable)(void *, gboolean) = (void (*)(void *, gboolean))dlsym(RTLD_DEFAULT, "webkit_web_context_set_spell_checking_enabled");
	if (context == NULL || languages == NULL || enable == NULL) return G_SOURCE_REMOVE;
	languages(context(), g_get_language_names());
	enable(context(), TRUE);
	return G_SOURCE_REMOVE;
}

static void docket_spelling(void) { g_idle_add(docket_spell, NULL); }
*/
import "C"

// spellCheck turns on what Wails leaves off in WebKitGTK. It checks in the
// languages of the session for which there are dictionaries, and does nothing
// where there is none.
func spellCheck() { C.docket_spelling() }
