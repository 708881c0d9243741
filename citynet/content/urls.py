"""The addresses of pages and news. A page stands at its path in the tree, so these come last."""

app_name = "content"

urlpatterns = []
