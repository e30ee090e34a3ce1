//go:build linux && (dev || production) && !bindings

package shell

/*
#cgo pkg-config: gtk+-3.0
#include <stdlib.h>
#include <string.h>
#include <gtk/gtk.h>

// What is being drawn out: the address of a file, and the handlers that give it.
typedef struct {
	gchar *uri;
	GtkWidget *from;
	gulong give, end;
} docket_drag;

static void docket_drag_give(GtkWidget *w, GdkDragContext *c, GtkSelectionData *data, guint info, guint time, gpointer p) {
	gchar *uris[] = {((docket_drag *)p)->uri, NULL};
	(void)w, (void)c, (void)info, (void)time;
	gtk_selection_data_set_uris(data, uris);
}

static void docket_drag_free(gpointer p, GClosure *closure) {
	(void)closure;
	g_free(((docket_drag *)p)->uri);
	g_free(p);
}

static void docket_drag_end(GtkWidget *w, GdkDragContext *c, gpointer p) {
	docket_drag *d = p;
	gulong give = d->give, end = d->end;
	(void)c;
	g_signal_handler_disconnect(w, give);
	g_signal_handler_disconnect(w, end);
}

// docket_top gives the window that is in front.
static GtkWidget *docket_top(void) {
	GtkWidget *found = NULL;
	GList *all = gtk_window_list_toplevels();
	for (GList *l = all; l != NULL; l = l->next) {
		if (gtk_widget_get_mapped(l->data) && gtk_window_get_window_type(l->data) == GTK_WINDOW_TOPLEVEL) {
			found = l->data;
			if (gtk_window_is_active(l->data)) break;
		}
	}
	g_list_free(all);
	return found;
}

static gboolean docket_drag_begin(gpointer p) {
	docket_drag *d = p;
	GtkWidget *w = docket_top();
	GdkDisplay *display = gdk_display_get_default();
	GdkDevice *pointer = display == NULL ? NULL : gdk_seat_get_pointer(gdk_display_get_default_seat(display));
	GdkModifierType held = 0;
	if (w != NULL && pointer != NULL) gdk_window_get_device_position(gtk_widget_get_window(w), pointer, NULL, NULL, &held);
	if (!(held & GDK_BUTTON1_MASK)) {
		docket_drag_free(d, NULL);
		return G_SOURCE_REMOVE;
	}
	GtkTargetEntry files = {"text/uri-list", 0, 0};
	GtkTargetList *targets = gtk_target_list_new(&files, 1);
	GdkEvent *press = gdk_event_new(GDK_BUTTON_PRESS);
	press->button.window = g_object_ref(gtk_widget_get_window(w));
	press->button.button = 1;
	press->button.time = GDK_CURRENT_TIME;
	gdk_event_set_device(press, pointer);
	d->give = g_signal_connect(w, "drag-data-get", G_CALLBACK(docket_drag_give), d);
	// The last handler frees what both have.
	d->end = g_signal_connect_data(w, "drag-end", G_CALLBACK(docket_drag_end), d, docket_drag_free, 0);
	GdkDragContext *c = gtk_drag_begin_with_coordinates(w, targets, GDK_ACTION_COPY, 1, press, -1, -1);
	if (c != NULL) gtk_drag_set_icon_name(c, "text-x-generic", 0, 0);
	else docket_drag_end(w, NULL, d);
	gdk_event_free(press);
	gtk_target_list_unref(targets);
	return G_SOURCE_REMOVE;
}

static void docket_drag_file(const char *path) {
	docket_drag *d = g_new0(docket_drag, 1);
	d->uri = g_filename_to_uri(path, NULL, NULL);
	if (d->uri == NULL) {
		g_free(d);
		return;
	}
	g_idle_add(docket_drag_begin, d);
}
*/
import "C"

import "unsafe"

// DragFile begins a drag of a file, which a page cannot: WebKitGTK asks for its
// data before the file can be there, and the drag has to begin with GTK then.
func (w *Window) DragFile(path string) error {
	if w.context() == nil {
		return errNotOpen
	}
	p := C.CString(path)
	defer C.free(unsafe.Pointer(p))
	C.docket_drag_file(p)
	return nil
}
