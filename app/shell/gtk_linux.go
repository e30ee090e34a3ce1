//go:build linux && (dev || production)

package shell

/*
#cgo pkg-config: gtk+-3.0
#include <stdlib.h>
#include <gtk/gtk.h>
#include <gdk/gdk.h>
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

// A job is run on GTK's thread while its owner waits; whoever is last frees it.
typedef struct {
	GMutex m;
	GCond c;
	gboolean done;
	gint refs;
	gchar *png;
	gsize len;
	char *token;
} docket_job;

static void docket_unref(docket_job *j) {
	if (!g_atomic_int_dec_and_test(&j->refs)) return;
	g_mutex_clear(&j->m);
	g_cond_clear(&j->c);
	g_free(j->png);
	free(j->token);
	g_free(j);
}

static docket_job *docket_new(void) {
	docket_job *j = g_new0(docket_job, 1);
	g_mutex_init(&j->m);
	g_cond_init(&j->c);
	j->refs = 2;
	return j;
}

static void docket_end(docket_job *j) {
	g_mutex_lock(&j->m);
	j->done = TRUE;
	g_cond_signal(&j->c);
	g_mutex_unlock(&j->m);
	docket_unref(j);
}

// docket_give ends a job with a picture, which it takes over; NULL is none.
static void docket_give(docket_job *j, GdkPixbuf *px) {
	if (px != NULL) {
		gchar *buf = NULL;
		gsize len = 0;
		if ((gint64)gdk_pixbuf_get_width(px) * gdk_pixbuf_get_height(px) <= 40000000 &&
		    gdk_pixbuf_save_to_buffer(px, &buf, &len, "png", NULL, NULL)) {
			g_mutex_lock(&j->m);
			j->png = buf;
			j->len = len;
			g_mutex_unlock(&j->m);
		}
		g_object_unref(px);
	}
	docket_end(j);
}

static gboolean docket_image(gpointer p) {
	docket_give(p, gtk_clipboard_wait_for_image(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD)));
	return G_SOURCE_REMOVE;
}

static gboolean docket_root(gpointer p) {
	GdkPixbuf *px = NULL;
#ifdef GDK_WINDOWING_X11
	GdkDisplay *d = gdk_display_get_default();
	if (d != NULL && GDK_IS_X11_DISPLAY(d)) {
		GdkWindow *root = gdk_get_default_root_window();
		px = gdk_pixbuf_get_from_window(root, 0, 0, gdk_window_get_width(root), gdk_window_get_height(root));
	}
#endif
	docket_give(p, px);
	return G_SOURCE_REMOVE;
}

static gboolean docket_token(gpointer p) {
	docket_job *j = p;
#ifdef GDK_WINDOWING_WAYLAND
	GdkDisplay *d = gdk_display_get_default();
	if (d != NULL && GDK_IS_WAYLAND_DISPLAY(d)) gdk_wayland_display_set_startup_notification_id(d, j->token);
#endif
	docket_end(j);
	return G_SOURCE_REMOVE;
}

// docket_picture waits up to five seconds for one; NULL means no picture.
static gchar *docket_picture(gboolean root, gsize *len) {
	docket_job *j = docket_new();
	gchar *out = NULL;
	gint64 until = g_get_monotonic_time() + 5 * G_TIME_SPAN_SECOND;
	g_idle_add(root ? docket_root : docket_image, j);
	g_mutex_lock(&j->m);
	while (!j->done && g_cond_wait_until(&j->c, &j->m, until)) {}
	if (j->done) {
		out = j->png;
		*len = j->len;
		j->png = NULL;
	}
	g_mutex_unlock(&j->m);
	docket_unref(j);
	return out;
}

static void docket_activation(char *token) {
	docket_job *j = docket_new();
	j->token = token;
	docket_unref(j);
	g_idle_add(docket_token, j);
}
*/
import "C"

import "unsafe"

// ClipboardImage gives the picture on the clipboard as PNG, nil if there is
// none. WebKitGTK's paste event has no picture in it (LIBRARIES 0.4).
func (w *Window) ClipboardImage() ([]byte, error) {
	if w.context() == nil {
		return nil, errNotOpen
	}
	return picture(C.FALSE), nil
}

// rootImage gives what is on the screen of X11 as PNG, nil if it cannot be read.
func rootImage() []byte { return picture(C.TRUE) }

func picture(root C.gboolean) []byte {
	var n C.gsize
	p := C.docket_picture(root, &n)
	if p == nil {
		return nil
	}
	defer C.g_free(C.gpointer(p))
	return C.GoBytes(unsafe.Pointer(p), C.int(n))
}

// Activation hands over the token a clicked notification came with: without it
// Wayland does not let the window come forward.
func (w *Window) Activation(token string) {
	if w.context() == nil || token == "" || len(token) > 1024 {
		return
	}
	C.docket_activation(C.CString(token))
}
