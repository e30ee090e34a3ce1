// A folder's window, for the story. With a file in it, that can be dragged out,
// as from any file manager; what is dropped on an empty one is copied into it,
// as any file manager does.
//
//	folder file title x y
//	folder directory title x y
#include <gtk/gtk.h>
#include <stdlib.h>

static void give(GtkWidget *w, GdkDragContext *c, GtkSelectionData *data, guint info, guint time, gpointer uri) {
	gchar *uris[] = {uri, NULL};
	(void)w, (void)c, (void)info, (void)time;
	gtk_selection_data_set_uris(data, uris);
}

static void take(GtkWidget *w, GdkDragContext *c, gint x, gint y, GtkSelectionData *data, guint info, guint time, gpointer into) {
	gchar **uris = gtk_selection_data_get_uris(data);
	gboolean ok = FALSE;
	(void)w, (void)x, (void)y, (void)info;
	for (gchar **uri = uris; uri != NULL && *uri != NULL; uri++) {
		GFile *from = g_file_new_for_uri(*uri);
		gchar *name = g_file_get_basename(from), *path = g_build_filename(into, name, NULL);
		GFile *to = g_file_new_for_path(path);
		ok = g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, NULL);
		g_printerr("folder: %s: copied=%d\n", *uri, ok);
		g_object_unref(to), g_free(path), g_free(name), g_object_unref(from);
	}
	g_strfreev(uris);
	gtk_drag_finish(c, ok, FALSE, time);
}

int main(int argc, char **argv) {
	gtk_init(&argc, &argv);
	if (argc != 5) return 2;
	gboolean empty = g_file_test(argv[1], G_FILE_TEST_IS_DIR);
	gchar *uri = g_filename_to_uri(argv[1], NULL, NULL), *name = g_path_get_basename(argv[1]);
	if (uri == NULL) return 2;
	GtkTargetEntry files = {"text/uri-list", 0, 0};

	GtkWidget *item = gtk_event_box_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
	gtk_box_pack_start(GTK_BOX(box), gtk_image_new_from_icon_name(empty ? "folder" : "text-x-generic", GTK_ICON_SIZE_DIALOG), TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(box), gtk_label_new(name), FALSE, FALSE, 8);
	gtk_container_add(GTK_CONTAINER(item), box);
	if (empty) {
		gtk_drag_dest_set(item, GTK_DEST_DEFAULT_ALL, &files, 1, GDK_ACTION_COPY);
		g_signal_connect(item, "drag-data-received", G_CALLBACK(take), argv[1]);
	} else {
		gtk_drag_source_set(item, GDK_BUTTON1_MASK, &files, 1, GDK_ACTION_COPY);
		gtk_drag_source_set_icon_name(item, "text-x-generic");
		g_signal_connect(item, "drag-data-get", G_CALLBACK(give), uri);
	}

	GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
	gtk_window_set_title(GTK_WINDOW(window), argv[2]);
	gtk_window_set_default_size(GTK_WINDOW(window), 260, 160);
	gtk_window_set_keep_above(GTK_WINDOW(window), TRUE);
	gtk_window_set_focus_on_map(GTK_WINDOW(window), FALSE);
	gtk_container_add(GTK_CONTAINER(window), item);
	g_signal_connect(window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
	gtk_window_move(GTK_WINDOW(window), atoi(argv[3]), atoi(argv[4]));
	gtk_widget_show_all(window);
	gtk_main();
	return 0;
}
