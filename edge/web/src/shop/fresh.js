// A page that the back button brings back shows what was then: ask again how the cart stands. Without it the
// page works all the same.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
