import './styles/tokens.css'
import './styles/fonts.css'
import './styles/base.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './app/router.tsx'
import { ApiProvider, CallerProvider } from './data/api.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ApiProvider>
      <CallerProvider>
        <RouterProvider router={router} />
      </CallerProvider>
    </ApiProvider>
  </StrictMode>,
)
