// After an erasure the browser forgets, too: where the reader stopped (see lesson.js).
"use strict";
try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("qi-course place ")) localStorage.removeItem(key);
  }
} catch {
  // A browser that keeps nothing has nothing to forget.
}
