export const prerender = true;
// A folder with an index.html is the one form every static host serves at a deep link.
export const trailingSlash = "always";
