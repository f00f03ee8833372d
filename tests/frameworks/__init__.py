"""Small apps in web frameworks that write their own documents, and the clients made of these."""
